"""The desktop: a thin Qt face on the core. Views show frozen records; work runs in child processes and one worker."""
