package io.wkmq.cluster.routes.protocol;

import io.wkmq.cluster.wire.ByteReader;
import io.wkmq.cluster.wire.ByteWriter;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Interest;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An encoded list of interests, as sent between nodes. Immutable; not validated until {@link #list} is called. */
public final class Interests {
    /** The empty list. */
    public static final Interests NONE = new Interests(new byte[0]);

    private static final int SHARED = 1;
    private static final int EXISTS = 2;
    /** The maximum size of an interest besides its texts: flags and four numbers. */
    private static final int NUMBERS_BYTES_MAX = 21;

    private final byte[] encoded;

    private Interests(byte[] encoded) {
        this.encoded = encoded;
    }

    /** Wraps a received list; takes ownership of the array. */
    static Interests encoded(byte[] bytes) {
        return new Interests(bytes);
    }

    /** Encodes a list. */
    public static Interests of(List<Interest> list) {
        Writer writer = new Writer();
        list.forEach(writer::add);
        return writer.finish();
    }

    /** Returns the maximum encoded size of the interest, in bytes. */
    public static int bytesMax(Interest interest) {
        ShareName share = interest.share();
        return NUMBERS_BYTES_MAX
                + interest.filter().utf8().length
                + (share == null ? 0 : share.text().length() * 3);
    }

    /** Encodes interests one by one. Belongs to one thread. */
    public static final class Writer {
        private ByteWriter out = new ByteWriter();

        /** Appends an interest. */
        public void add(Interest interest) {
            ShareName share = interest.share();
            out.u8((share == null ? 0 : SHARED) | (interest.exists() ? EXISTS : 0));
            out.bytes(interest.filter().utf8());
            if (share != null) {
                out.text(share.text());
                if (interest.exists()) {
                    out.number(interest.members());
                    out.number(interest.online());
                }
            }
        }

        /** Returns the encoded size so far, in bytes. */
        public int size() {
            return out.size();
        }

        /** Returns the interests appended since the last call. */
        public Interests finish() {
            Interests finished = new Interests(out.toBytes());
            out = new ByteWriter();
            return finished;
        }
    }

    byte[] bytes() {
        return encoded;
    }

    /**
     * Decodes the interests.
     *
     * @throws MalformedMessageException if the bytes are not a valid list
     */
    public List<Interest> list() throws MalformedMessageException {
        List<Interest> list = new ArrayList<>();
        ByteReader in = new ByteReader(encoded);
        while (in.hasMore()) {
            list.add(read(in));
        }
        return list;
    }

    private static Interest read(ByteReader in) throws MalformedMessageException {
        int flags = in.u8();
        if ((flags & ~(SHARED | EXISTS)) != 0) {
            throw new MalformedMessageException("An interest has the flags " + flags + "; expected 0 to 3");
        }
        boolean exists = (flags & EXISTS) != 0;
        try {
            TopicFilter filter = TopicFilter.of(in.text());
            if ((flags & SHARED) == 0) {
                return Interest.plain(filter, exists);
            }
            ShareName share = new ShareName(in.text());
            return exists ? new Interest(share, filter, in.number(), in.number()) : new Interest(share, filter, 0, 0);
        } catch (InvalidTopicException e) {
            throw new MalformedMessageException("An interest is in no topic: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("The numbers of an interest are wrong: " + e.getMessage());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Interests interests && Arrays.equals(encoded, interests.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "Interests[bytes=" + encoded.length + ']';
    }
}
