package io.wkmq.cluster.routes.protocol;

import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.cluster.routes.protocol.RouteMessage.Noted;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Progress;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.wire.ByteReader;
import io.wkmq.cluster.wire.ByteWriter;
import io.wkmq.cluster.wire.MalformedMessageException;

/**
 * Version 1 of the encoding of messages about routes: version, type, fixed-length numbers, then the variable part. Nothing but the
 * first byte of other versions is understood.
 */
public final class V1 {
    private static final int VERSION = 1;
    private static final int OPS = 1;
    private static final int DIGEST = 2;
    private static final int PULL = 3;
    private static final int PROGRESS = 4;
    private static final int APPLIED = 5;
    private static final int CHUNK = 6;
    private static final int NOTED = 7;

    private V1() {}

    /** Encodes a message. */
    public static byte[] encode(RouteMessage message) {
        ByteWriter out = new ByteWriter();
        out.u8(VERSION);
        if (message instanceof Ops ops) {
            out.u8(OPS);
            out.i64(ops.incarnation());
            out.i64(ops.first());
            out.raw(ops.changes().bytes());
        } else if (message instanceof Digest digest) {
            out.u8(DIGEST);
            out.i64(digest.incarnation());
            out.i64(digest.retainedFrom());
            out.i64(digest.seq());
            out.i64(digest.hash());
            out.i64(digest.count());
        } else if (message instanceof Pull pull) {
            out.u8(PULL);
            out.i64(pull.incarnation());
            out.i64(pull.snapshot());
            out.number(pull.index());
        } else if (message instanceof Progress progress) {
            out.u8(PROGRESS);
            out.i64(progress.incarnation());
            write(out, progress.applied());
        } else if (message instanceof Applied applied) {
            out.u8(APPLIED);
            write(out, applied);
        } else if (message instanceof Chunk chunk) {
            out.u8(CHUNK);
            out.i64(chunk.incarnation());
            out.i64(chunk.snapshot());
            out.number(chunk.index());
            out.flag(chunk.last());
            out.i64(chunk.base());
            out.i64(chunk.until());
            out.raw(chunk.interests().bytes());
        } else {
            out.u8(NOTED);
        }
        return out.toBytes();
    }

    private static void write(ByteWriter out, Applied applied) {
        out.i64(applied.replicaIncarnation());
        out.i64(applied.epoch());
        out.flag(applied.ready());
        out.i64(applied.seq());
    }

    /**
     * Decodes a message. The interests in it are validated only when they are read.
     *
     * @throws MalformedMessageException if the bytes are not a message of this version
     */
    public static RouteMessage decode(byte[] bytes) throws MalformedMessageException {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedMessageException(
                    "A message about routes has version " + version + "; expected " + VERSION);
        }
        int type = in.u8();
        RouteMessage message = switch (type) {
            case OPS -> new Ops(in.i64(), in.i64(), Interests.encoded(in.rest()));
            case DIGEST -> new Digest(in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
            case PULL -> new Pull(in.i64(), in.i64(), in.number());
            case PROGRESS -> new Progress(in.i64(), applied(in));
            case APPLIED -> applied(in);
            case CHUNK ->
                new Chunk(in.i64(), in.i64(), in.number(), in.flag(), in.i64(), in.i64(), Interests.encoded(in.rest()));
            case NOTED -> new Noted();
            default ->
                throw new MalformedMessageException(
                        "A message about routes has type " + type + "; expected " + OPS + " to " + NOTED);
        };
        if (in.hasMore()) {
            throw new MalformedMessageException("A message of type " + type + " is longer than it may be");
        }
        return message;
    }

    private static Applied applied(ByteReader in) throws MalformedMessageException {
        return new Applied(in.i64(), in.i64(), in.flag(), in.i64());
    }
}
