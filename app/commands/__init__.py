"""What the `marquee` command's subcommands do; each module is imported when its command runs."""
