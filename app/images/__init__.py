"""Images: taken in, kept, and handed out in the width that is asked for."""
