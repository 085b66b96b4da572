-- What was violated together is asked for by the commit at which it was.
create index verdicts_violated on verdicts (revision, scenario) where outcome = 'violated';
