package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.OtherVersionException;
import java.util.List;

/** The encoding of a log record, version 1: the number of its first change, and its changes. Stateless. */
final class CpRecord {
    private static final int VERSION = 1;

    /** Receives the changes of a record. */
    interface Taker {
        /**
         * Receives a change.
         *
         * @param number its number, counted over all changes of the log
         */
        void take(CpChange change, long number);
    }

    private CpRecord() {}

    /**
     * Encodes a record, leaving room for its header in front.
     *
     * @return the end of each change, as an offset that includes the header
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

    /** Decodes the body of a record. */
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
