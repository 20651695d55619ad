package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.Map;

/**
 * The sessions that other nodes have all of, and have told this one to forget. They are not told to wait for the disk here, which others
 * would wait for too, but to ask again. Belongs to the claims' thread. Bounded by the sessions that this node has had, and by how long
 * those who ask are here.
 */
final class Forgets {
    private final LocalSessions sessions;
    private final Map<String, Forgetting> all = new HashMap<>();

    Forgets(LocalSessions sessions) {
        this.sessions = sessions;
    }

    private static final class Forgetting {
        private final NodeId by;
        private boolean done;

        Forgetting(NodeId by) {
            this.by = by;
        }
    }

    /** Forgets a client's session, whatever was forgotten of it before. */
    void begin(NodeId by, Held held) {
        Forgetting begun = new Forgetting(by);
        all.put(held.clientId(), begun);
        sessions.forget(held.clientId(), held.epoch(), held.forgets(), forgotten -> {
            begun.done = forgotten;
            if (!forgotten) {
                all.remove(held.clientId(), begun); // the other node asks again
            }
        });
    }

    /** Whether the store has forgotten the client's session, of which nothing else is here; if it has not, it is made to. */
    boolean done(NodeId by, Held held) {
        Forgetting begun = all.get(held.clientId());
        if (begun == null) {
            begin(by, held);
            return false;
        }
        if (begun.done) {
            all.remove(held.clientId());
        }
        return begun.done;
    }

    /** Nobody asks any more. */
    void gone(NodeId node) {
        all.values().removeIf(each -> each.by.equals(node));
    }
}
