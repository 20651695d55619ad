package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.OtherVersionException;
import java.util.List;

/** The form of a record of the log, version 1: the number of its first change, and its changes. Stateless. */
final class CpRecord {
    private static final int VERSION = 1;

    /** Takes the changes of a record. */
    interface Taker {
        /**
         * Takes one.
         *
         * @param number counted over all changes of the log
         */
        void take(CpChange change, long number);
    }

    private CpRecord() {}

    /**
     * Writes a record behind the room for its header.
     *
     * @return where each change ends, from the beginning of that room on
     */
    static int[] write(ByteWriter out, List<CpChange> changes, long firstNumber) {
        out.clear();
        out.skip(LogRecord.HEADER_BYTES);
        out.int8(VERSION).number(firstNumber).number(changes.size());
        int[] ends = new int[changes.size()];
        for (int i = 0; i < ends.length; i++) {
            CpChangeCodec.write(out, changes.get(i));
            ends[i] = out.size();
        }
        return ends;
    }

    /** Reads the body of a record. */
    static void read(ByteReader in, Taker taker) {
        int version = in.int8();
        if (version != VERSION) {
            throw new OtherVersionException("A record of the CP log has version " + version + "; expected " + VERSION);
        }
        long first = in.number();
        int count = in.number(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            taker.take(CpChangeCodec.read(in), first + i);
        }
    }
}
