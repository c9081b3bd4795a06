-- What a profile picture is made of is no photo of the account's library.
ALTER TABLE photo ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
CREATE INDEX photo_hidden ON photo (account, id) WHERE hidden = 1;
