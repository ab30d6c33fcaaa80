"""The Qt desktop: views that read item models, verbs that are commands, work that runs in child processes."""
