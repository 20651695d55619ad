package io.wkmq.cluster.retained.protocol;

import io.wkmq.cluster.retained.protocol.SyncMessage.Changes;
import io.wkmq.cluster.retained.protocol.SyncMessage.Differing;
import io.wkmq.cluster.retained.protocol.SyncMessage.Digest;
import io.wkmq.cluster.retained.protocol.SyncMessage.Group;
import io.wkmq.cluster.retained.protocol.SyncMessage.Large;
import io.wkmq.cluster.retained.protocol.SyncMessage.Noted;
import io.wkmq.cluster.retained.protocol.SyncMessage.Part;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pull;
import io.wkmq.cluster.retained.protocol.SyncMessage.PullPart;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pulled;
import io.wkmq.cluster.retained.protocol.SyncMessage.Wanted;
import io.wkmq.cluster.wire.ByteReader;
import io.wkmq.cluster.wire.ByteWriter;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.session.RetainedMessages;
import java.util.ArrayList;
import java.util.List;

/**
 * Version 1 of the encoding of messages about retained messages: version, type, content. Nothing but the first byte of other
 * versions is understood.
 */
public final class V1 {
    private static final int VERSION = 1;
    private static final int CHANGES = 1;
    private static final int DIGEST = 2;
    private static final int DIFFERING = 3;
    private static final int PULL = 4;
    private static final int PULLED = 5;
    private static final int PULL_PART = 6;
    private static final int PART = 7;
    private static final int NOTED = 8;
    private static final int PER_GROUP = RetainedMessages.BUCKETS / RetainedMessages.GROUPS;

    private V1() {}

    /** Encodes a message. */
    public static byte[] encode(SyncMessage message) {
        ByteWriter out = new ByteWriter();
        out.u8(VERSION);
        if (message instanceof Changes changes) {
            out.u8(CHANGES);
            out.raw(changes.entries().bytes());
        } else if (message instanceof Digest digest) {
            out.u8(DIGEST);
            out.i64(digest.atMs());
            out.i64s(digest.groups());
        } else if (message instanceof Differing differing) {
            out.u8(DIFFERING);
            for (Group group : differing.groups()) {
                out.number(group.number());
                out.i64s(group.hashes());
            }
        } else if (message instanceof Pull pull) {
            out.u8(PULL);
            for (Wanted wanted : pull.buckets()) {
                out.number(wanted.bucket());
                out.number(wanted.have().length);
                out.i64s(wanted.have());
            }
        } else if (message instanceof Pulled pulled) {
            out.u8(PULLED);
            out.flag(pulled.more());
            out.number(pulled.large().size());
            for (Large large : pulled.large()) {
                out.bytes(large.topic().utf8());
                out.i64(large.hash());
                out.number(large.bytes());
            }
            out.raw(pulled.entries().bytes());
        } else if (message instanceof PullPart part) {
            out.u8(PULL_PART);
            out.bytes(part.topic().utf8());
            out.i64(part.hash());
            out.number(part.offset());
        } else if (message instanceof Part part) {
            out.u8(PART);
            out.number(part.total());
            out.raw(part.bytes());
        } else {
            out.u8(NOTED);
        }
        return out.toBytes();
    }

    /**
     * Decodes a message. The entries in it are validated only when they are read.
     *
     * @throws MalformedMessageException if the bytes are not a message of this version
     */
    public static SyncMessage decode(byte[] bytes) throws MalformedMessageException {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedMessageException(
                    "A message about retained messages has version " + version + "; expected " + VERSION);
        }
        int type = in.u8();
        SyncMessage message = switch (type) {
            case CHANGES -> new Changes(Entries.encoded(in.rest()));
            case DIGEST -> new Digest(in.i64(), in.i64s(RetainedMessages.GROUPS));
            case DIFFERING -> differing(in);
            case PULL -> pull(in);
            case PULLED -> new Pulled(in.flag(), large(in), Entries.encoded(in.rest()));
            case PULL_PART -> new PullPart(EntryCodec.topic(in), in.i64(), in.number());
            case PART -> new Part(in.number(), in.rest());
            case NOTED -> new Noted();
            default ->
                throw new MalformedMessageException("A message about retained messages has type " + type + "; expected "
                        + CHANGES + " to " + NOTED);
        };
        if (in.hasMore()) {
            throw new MalformedMessageException("A message of type " + type + " is longer than it may be");
        }
        return message;
    }

    private static Differing differing(ByteReader in) throws MalformedMessageException {
        List<Group> groups = new ArrayList<>();
        while (in.hasMore()) {
            groups.add(new Group(in.number(RetainedMessages.GROUPS), in.i64s(PER_GROUP)));
        }
        return new Differing(groups);
    }

    private static Pull pull(ByteReader in) throws MalformedMessageException {
        List<Wanted> buckets = new ArrayList<>();
        while (in.hasMore()) {
            buckets.add(new Wanted(in.number(RetainedMessages.BUCKETS), in.i64s(in.number())));
        }
        return new Pull(buckets);
    }

    private static List<Large> large(ByteReader in) throws MalformedMessageException {
        int count = in.number();
        List<Large> large = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            large.add(new Large(EntryCodec.topic(in), in.i64(), in.number()));
        }
        return large;
    }
}
