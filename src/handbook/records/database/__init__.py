"""The records on disk: tables, the chain, who may write, what is asked."""
