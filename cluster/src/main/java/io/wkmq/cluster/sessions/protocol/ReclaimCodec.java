package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fates;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Kept;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.cluster.wire.MalformedMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The part of {@link V1} by which a restarted node asks about wills. Stateless. */
final class ReclaimCodec {
    private static final int KEPT_BYTES_MIN = Long.BYTES + Short.BYTES;

    private ReclaimCodec() {}

    static byte[] encode(int version, int type, Reclaim reclaim) {
        List<byte[]> ids = new ArrayList<>(reclaim.wills().size());
        int size = V1.HEAD_BYTES + Long.BYTES + 1;
        for (Kept kept : reclaim.wills()) {
            byte[] id = kept.clientId().getBytes(StandardCharsets.UTF_8);
            ids.add(id);
            size += KEPT_BYTES_MIN + id.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) version).put((byte) type).putInt(ids.size());
        out.putLong(reclaim.incarnation()).put((byte) (reclaim.last() ? 1 : 0));
        for (int i = 0; i < ids.size(); i++) {
            byte[] id = ids.get(i);
            out.putLong(reclaim.wills().get(i).epoch())
                    .putShort((short) id.length)
                    .put(id);
        }
        return out.array();
    }

    static byte[] encode(int version, int type, Fates fates) {
        ByteBuffer out = ByteBuffer.allocate(V1.HEAD_BYTES + fates.fates().size());
        out.put((byte) version).put((byte) type).putInt(fates.fates().size());
        fates.fates().forEach(fate -> out.put((byte) fate.code()));
        return out.array();
    }

    static Reclaim reclaim(ByteBuffer in, int count) throws MalformedMessageException {
        long incarnation = in.getLong();
        boolean last = in.get() != 0;
        V1.requireFor(in, count, KEPT_BYTES_MIN);
        List<Kept> wills = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long epoch = V1.epoch(in);
            wills.add(new Kept(V1.clientId(in), epoch));
        }
        return new Reclaim(incarnation, last, wills);
    }

    static Fates fates(ByteBuffer in, int count) throws MalformedMessageException {
        V1.requireFor(in, count, 1);
        List<Fate> fates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int code = in.get();
            Fate fate = Fate.of(code);
            if (fate == null) {
                throw new MalformedMessageException("The fate of a will is " + code + "; expected 0 to 2");
            }
            fates.add(fate);
        }
        return new Fates(fates);
    }
}
