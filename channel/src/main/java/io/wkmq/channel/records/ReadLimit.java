package io.wkmq.channel.records;

/** How much one read takes at most. One thread. */
public final class ReadLimit {
    private int count;
    private long bytes;

    /** So many records, and no further one once there are so many bytes. */
    public ReadLimit(int count, long bytes) {
        this.count = count;
        this.bytes = bytes;
    }

    /** Whether it takes another one. */
    public boolean more() {
        return count > 0 && bytes > 0;
    }

    /** Counts a record that was read. */
    public void read(int recordBytes) {
        count--;
        bytes -= recordBytes;
    }
}
