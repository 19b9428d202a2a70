from django.urls import URLPattern, path

from editing.own_parts import views as own_parts
from editing.studio.views import attributes, pages, session

urlpatterns: list[URLPattern] = [
    path("studio/", pages.index, name="studio-index"),
    path("studio/new/", pages.new_idea, name="studio-new"),
    path("studio/<int:photo_id>/", pages.studio, name="studio"),
    path("studio/<int:photo_id>/prepare/", pages.prepare_again, name="studio-prepare"),
    path("studio/<int:photo_id>/photo/", session.photo, name="studio-photo"),
    path("studio/ideas/<uuid:session_id>/", pages.idea, name="studio-idea"),
    path("studio/ideas/<uuid:session_id>/save/", pages.save_idea, name="studio-save-idea"),
    path("studio/sessions/<uuid:session_id>/document/", session.document, name="studio-document"),
    path("studio/sessions/<uuid:session_id>/events/", session.events, name="studio-events"),
    path("studio/sessions/<uuid:session_id>/apply/", session.apply, name="studio-apply"),
    path("studio/sessions/<uuid:session_id>/copy/", session.copy, name="studio-copy"),
    path("studio/applied/<uuid:key>/", session.applied, name="studio-applied"),
    path("studio/attributes/", attributes.index, name="attributes"),
    path("studio/attributes/new/", attributes.create, name="attribute-new"),
    path("studio/attributes/use/", attributes.use, name="attributes-use"),
    path("studio/attributes/directions/", attributes.directions, name="attribute-directions"),
    path("studio/attributes/<int:attribute_id>/", attributes.detail, name="attribute"),
    path("studio/attributes/<int:attribute_id>/retry/", attributes.retry, name="attribute-retry"),
    path("studio/attributes/<int:attribute_id>/delete/", attributes.delete, name="attribute-delete"),
    path("studio/parts/", own_parts.index, name="own-parts"),
    path("studio/parts/new/", own_parts.create, name="own-part-new"),
    path("studio/parts/<int:part_id>/", own_parts.detail, name="own-part"),
    path("studio/parts/<int:part_id>/retry/", own_parts.retry, name="own-part-retry"),
    path("studio/parts/<int:part_id>/delete/", own_parts.delete, name="own-part-delete"),
]
