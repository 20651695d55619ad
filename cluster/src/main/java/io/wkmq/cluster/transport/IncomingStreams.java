package io.wkmq.cluster.transport;

import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.transport.protocol.BadFrameException;
import io.wkmq.routing.NodeId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The incoming streams and connections of all other nodes. Belongs to the links' thread. A stream outlives its connections and
 * temporary absences of its node: the same incarnation may return and must not cause duplicates.
 */
final class IncomingStreams {
    private static final Logger log = LoggerFactory.getLogger(IncomingStreams.class);

    /** Far more nodes than a cluster has. */
    private static final int STREAMS_MAX = 1024;

    private final LinkParts parts;
    private final Set<IncomingConnection> connections = new HashSet<>();
    private final Map<NodeId, IncomingStream> streams = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, IncomingStream> eldest) {
            return size() > STREAMS_MAX;
        }
    };

    IncomingStreams(LinkParts parts) {
        this.parts = parts;
    }

    void connected(IncomingConnection connection) {
        connections.add(connection);
    }

    void ended(IncomingConnection connection, String reason) {
        connections.remove(connection);
        log.debug(
                "A node's link has ended node={} reason=\"{}\"",
                connection.peer().node().name(),
                reason);
    }

    /**
     * Gives up the stream of a node that this node no longer waits for. That node may not have noticed anything, so a message in
     * flight from it could arrive late, after this node has gone on without it. When that node resumes the stream it is told to
     * start a new one.
     */
    void giveUp(NodeId node) {
        IncomingStream stream = streams.get(node);
        if (stream != null) {
            stream.giveUp();
        }
    }

    /** Opens or resumes the stream of a node; returns null if this node has given the stream up and the other one must start anew. */
    @Nullable
    IncomingStream open(IncomingConnection connection, long id, long lowest) throws BadFrameException {
        Introduction peer = connection.peer();
        NodeId node = peer.node().id();
        IncomingStream stream = streams.get(node);
        if (stream != null && stream.is(peer.incarnation(), id) && stream.givenUp()) {
            log.info(
                    "A node goes on with what this one has given up meanwhile, and is told to begin anew node={}",
                    peer.node().name());
            return null;
        }
        if (stream == null || !stream.is(peer.incarnation(), id)) {
            if (stream != null) {
                stream.disconnect("The node has opened another stream");
            }
            stream = new IncomingStream(node, peer.incarnation(), id, lowest, parts);
            streams.put(node, stream);
        }
        stream.attach(connection, lowest);
        return stream;
    }

    /** Ends the connections of a node. */
    void disconnect(NodeId node, String reason) {
        for (IncomingConnection connection : List.copyOf(connections)) {
            if (connection.peer().node().id().equals(node)) {
                connection.end(reason);
            }
        }
    }

    /** Sends heartbeats and ends silent connections. Called at each heartbeat interval. */
    void tick() {
        for (IncomingConnection connection : List.copyOf(connections)) {
            if (!connection.tick(0)) {
                connection.end("The node said nothing for " + LinkSettings.MISSES_MAX + " heartbeats");
            }
        }
    }

    /** Ends all connections. */
    void close() {
        for (IncomingConnection connection : List.copyOf(connections)) {
            connection.end("This node leaves");
        }
    }
}
