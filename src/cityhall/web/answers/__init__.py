"""The face of answers: what everybody may read and search, the knowledge base as clerks keep it, and the two acts of a case that
have pages of their own — answering at once from an entry, and publishing a reply without names."""
