from django.contrib.auth import views as auth
from django.urls import path

from catalog.accounts.views import data, factors, passkeys, sign_in

urlpatterns = [
    path("", factors.account, name="account"),
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("login/second/", sign_in.second, name="login_second"),
    path("logout/", sign_in.SignOut.as_view(), name="logout"),
    path("required/", factors.required, name="second_factor_required"),
    path("authenticator/", factors.authenticator, name="authenticator"),
    path("authenticator/remove/", factors.remove_authenticator, name="authenticator_remove"),
    path("recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("passkeys/new/", passkeys.new, name="passkey_new"),
    path("passkeys/new/begin/", passkeys.register_begin, name="passkey_register_begin"),
    path("passkeys/new/complete/", passkeys.register_complete, name="passkey_register_complete"),
    path("passkeys/new/done/", passkeys.added, name="passkey_added"),
    path("passkeys/use/begin/", passkeys.use_begin, name="passkey_use_begin"),
    path("passkeys/use/complete/", passkeys.use_complete, name="passkey_use_complete"),
    path("passkeys/<int:passkey_id>/remove/", factors.remove_passkey, name="passkey_remove"),
    path("sessions/end-others/", factors.end_other_sessions, name="sessions_end"),
    path("sessions/<str:handle>/end/", factors.end_session, name="session_end"),
    path("export/", data.export_own, name="account_export"),
    path("delete/", data.delete_own, name="account_delete"),
    path("password/", sign_in.ChangePassword.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/reset/", sign_in.ForgotPassword.as_view(), name="password_reset"),
    path("password/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", sign_in.NewPassword.as_view(), name="password_reset_confirm"),
    path("password/reset/complete/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
