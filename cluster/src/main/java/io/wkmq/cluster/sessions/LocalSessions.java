package io.wkmq.cluster.sessions;

import io.wkmq.session.Sessions;
import io.wkmq.session.Will;

/** The sessions of this node, as far as those of other nodes concern them. Thread-safe, does not block. */
public interface LocalSessions {
    /** See {@link Sessions#giveUp}. */
    void giveUp(String clientId, long epoch, Runnable done);

    /** See {@link Sessions#publishWill}. */
    void publishWill(String clientId, Will will);

    /** Those of a real node. */
    static LocalSessions of(Sessions sessions) {
        return new LocalSessions() {
            @Override
            public void giveUp(String clientId, long epoch, Runnable done) {
                sessions.giveUp(clientId, epoch, done);
            }

            @Override
            public void publishWill(String clientId, Will will) {
                sessions.publishWill(clientId, will);
            }
        };
    }
}
