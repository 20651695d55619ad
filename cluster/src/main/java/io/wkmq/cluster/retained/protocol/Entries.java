package io.wkmq.cluster.retained.protocol;

import io.wkmq.cluster.wire.ByteReader;
import io.wkmq.cluster.wire.ByteWriter;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.session.StampedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An encoded list of retained messages, as sent between nodes. Immutable; not validated until {@link #list} is called. */
public final class Entries {
    private final byte[] encoded;

    private Entries(byte[] encoded) {
        this.encoded = encoded;
    }

    /** Wraps a received list; takes ownership of the array. */
    public static Entries encoded(byte[] bytes) {
        return new Entries(bytes);
    }

    /** Encodes entries one by one. Belongs to one thread. */
    public static final class Writer {
        private final ByteWriter out = new ByteWriter();

        /** Appends an entry. */
        public void add(StampedMessage message) {
            EntryCodec.write(out, message);
        }

        /** Returns the encoded size so far, in bytes. */
        public int size() {
            return out.size();
        }

        /** Returns the entries appended. */
        public Entries finish() {
            return new Entries(out.toBytes());
        }
    }

    /** Returns the encoded bytes. Shared, not a copy: must not be modified. */
    public byte[] bytes() {
        return encoded;
    }

    /**
     * Decodes the entries.
     *
     * @throws MalformedMessageException if the bytes are not a valid list
     */
    public List<StampedMessage> list() throws MalformedMessageException {
        List<StampedMessage> list = new ArrayList<>();
        ByteReader in = new ByteReader(encoded);
        while (in.hasMore()) {
            list.add(EntryCodec.read(in));
        }
        return list;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entries entries && Arrays.equals(encoded, entries.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "Entries[bytes=" + encoded.length + ']';
    }
}
