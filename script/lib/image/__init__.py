"""What script/image-check does: the image's root file system, and a service tried in it."""
