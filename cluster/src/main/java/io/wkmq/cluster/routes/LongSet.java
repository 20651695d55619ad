package io.wkmq.cluster.routes;

/** A set of longs with open addressing; 8 to 16 bytes per element. Belongs to one thread. */
final class LongSet {
    private long[] table = new long[64];
    private boolean hasZero;
    private int size;

    void add(long value) {
        if (value == 0) {
            hasZero = true;
        } else if (put(value) && ++size * 4L > table.length * 3L) {
            long[] from = table;
            table = new long[from.length * 2];
            for (long each : from) {
                if (each != 0) {
                    put(each);
                }
            }
        }
    }

    private boolean put(long value) {
        int at = (int) value & (table.length - 1);
        while (table[at] != 0) {
            if (table[at] == value) {
                return false;
            }
            at = (at + 1) & (table.length - 1);
        }
        table[at] = value;
        return true;
    }

    boolean contains(long value) {
        if (value == 0) {
            return hasZero;
        }
        int at = (int) value & (table.length - 1);
        while (table[at] != 0) {
            if (table[at] == value) {
                return true;
            }
            at = (at + 1) & (table.length - 1);
        }
        return false;
    }
}
