"""GIFT, the text format of Moodle: written and read."""
