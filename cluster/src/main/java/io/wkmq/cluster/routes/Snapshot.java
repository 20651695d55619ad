package io.wkmq.cluster.routes;

import io.wkmq.cluster.routes.protocol.Interests;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import java.util.ArrayList;
import java.util.List;

/**
 * All routes of this node in chunks, for nodes that must start over. Taken without a lock while subscriptions change: each entry is
 * as of some time between the changes {@code base} and {@code until}, which the reader receives as well. Immutable.
 */
final class Snapshot {
    private final long incarnation;
    private final long id;
    private final long base;
    private final long until;
    private final List<Interests> chunks;

    private Snapshot(long incarnation, long id, long base, long until, List<Interests> chunks) {
        this.incarnation = incarnation;
        this.id = id;
        this.base = base;
        this.until = until;
        this.chunks = chunks;
    }

    /**
     * Takes a snapshot. Changes must be kept already.
     *
     * @param id not 0
     */
    static Snapshot take(long id, OwnRoutes own, NodeId self, RouteTable<?> table) {
        long base = own.seq(); // before the walk: later changes reach the reader as changes
        List<Interests> chunks = new ArrayList<>();
        Interests.Writer writer = new Interests.Writer();
        table.forEachInterest(self, interest -> {
            if (writer.size() > 0
                    && writer.size() + Interests.bytesMax(interest)
                            > own.limits().chunkBytes()) {
                chunks.add(writer.finish());
            }
            writer.add(interest);
        });
        if (chunks.isEmpty() || writer.size() > 0) {
            chunks.add(writer.finish());
        }
        return new Snapshot(own.incarnation(), id, base, own.seq(), chunks);
    }

    long id() {
        return id;
    }

    long base() {
        return base;
    }

    /** Returns a chunk; the first one if there is none with that number. */
    Chunk chunk(int index) {
        int found = index < chunks.size() ? index : 0;
        return new Chunk(incarnation, id, found, found == chunks.size() - 1, base, until, chunks.get(found));
    }
}
