"""Study files and the tables that they name."""
