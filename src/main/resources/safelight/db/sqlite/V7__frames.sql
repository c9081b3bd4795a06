-- An animation has more than one frame; a result may have fewer than what it was made from.
ALTER TABLE photo ADD COLUMN frames INTEGER NOT NULL DEFAULT 1;
ALTER TABLE photo ADD COLUMN source_frames INTEGER NOT NULL DEFAULT 1;
