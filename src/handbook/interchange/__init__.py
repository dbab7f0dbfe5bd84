"""Banks in the formats of other tools: out with everything they can hold, and back.

Each format has a module, or a folder with a side that writes and one that reads;
`formats` lists them. `exporting` and `importing` are the two ways through; what a format
cannot hold goes into `notes` beside it.
"""
