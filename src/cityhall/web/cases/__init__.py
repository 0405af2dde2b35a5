"""The face of cases: report and follow for anybody, inbox and acts for those who work, the map and the lists."""
