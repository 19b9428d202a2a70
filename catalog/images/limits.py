"""What is accepted at all."""

MAX_BYTES = 25_000_000
MAX_PIXELS = 36_000_000  # the largest photo that the edit engine takes
MIN_SIDE = 64
MAX_ASPECT = 6
MAX_SEGMENTS = 20_000  # parts of one file: a 25 MB PNG in chunks of 8 kB has 3,000
MAX_METADATA_BYTES = 4_000_000  # text, profiles and embedded previews together
MAX_PROFILE_BYTES = 1_000_000
MAX_SCANS = 24  # of a progressive JPEG; cameras and optimisers write up to about a dozen
EXTENSIONS: dict[str, frozenset[str]] = {
    "JPEG": frozenset({".jpg", ".jpeg", ".jpe", ".jfif"}),
    "PNG": frozenset({".png"}),
    "WEBP": frozenset({".webp"}),
    "HEIF": frozenset({".heic", ".heif", ".hif"}),
    "AVIF": frozenset({".avif"}),
}
PICTURE_EXTENSIONS = frozenset().union(*EXTENSIONS.values())
GOOD_SIDE = 1000  # what marketplaces ask for
