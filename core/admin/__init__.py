"""The administrator's pages: companies, people and the kernel's own tables."""
