package io.wkmq.cluster.retained.protocol;

import io.wkmq.cluster.wire.ByteReader;
import io.wkmq.cluster.wire.ByteWriter;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.session.StampedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Some of what is retained, in the form in which it travels. Immutable; validated by {@link #list}. */
public final class Entries {
    private final byte[] encoded;

    private Entries(byte[] encoded) {
        this.encoded = encoded;
    }

    /** A list that came over the network; takes the array over. */
    public static Entries encoded(byte[] bytes) {
        return new Entries(bytes);
    }

    /** Puts entries together one by one. Belongs to one thread. */
    public static final class Writer {
        private final ByteWriter out = new ByteWriter();

        /** Appends one. */
        public void add(StampedMessage message) {
            EntryCodec.write(out, message);
        }

        /** How many bytes there are so far. */
        public int size() {
            return out.size();
        }

        /** What was appended. */
        public Entries finish() {
            return new Entries(out.toBytes());
        }
    }

    /** The form in which it travels. Shared, not a copy: read only. */
    public byte[] bytes() {
        return encoded;
    }

    /**
     * The entries.
     *
     * @throws MalformedMessageException if the bytes are none
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
