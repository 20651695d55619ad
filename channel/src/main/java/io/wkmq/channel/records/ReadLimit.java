package io.wkmq.channel.records;

/** The limits of one read. Confined to one thread. */
public final class ReadLimit {
    private int count;
    private long bytes;

    /** Creates a limit of this many records, with no further one once this many bytes were read. */
    public ReadLimit(int count, long bytes) {
        this.count = count;
        this.bytes = bytes;
    }

    /** Returns whether another record may be read. */
    public boolean more() {
        return count > 0 && bytes > 0;
    }

    /** Counts a record that was read. */
    public void read(int recordBytes) {
        count--;
        bytes -= recordBytes;
    }
}
