// A test here builds images; the limit only ends what hangs.
jest.setTimeout(300_000);
