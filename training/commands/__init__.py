"""What `training` can be told to do, one file a subject."""
