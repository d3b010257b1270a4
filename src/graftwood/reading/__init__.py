"""Study files and the tables that they name: from files on disk to one checked table.

`read_study` does it all; what it met on the way (ranges, limits, units, repeats, rows that
could not be used) is kept beside the table, cell by cell, for the inspection to show.
"""

from graftwood.reading.assemble import StudyData, read_study
from graftwood.reading.study_file import StudyFile, load_study_file

__all__ = ["StudyData", "StudyFile", "load_study_file", "read_study"]
