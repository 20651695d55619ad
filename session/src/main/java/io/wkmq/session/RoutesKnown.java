package io.wkmq.session;

/**
 * Reports when the other nodes know the subscriptions of this node's clients, so that a SUBACK covers messages published on any
 * node. Port owned by the session module, implemented by the cluster layer. Thread-safe; does not block.
 */
public interface RoutesKnown {
    /** For a single node: there are no other nodes to wait for. */
    RoutesKnown AT_ONCE = new RoutesKnown() {
        @Override
        public boolean known() {
            return true;
        }

        @Override
        public void awaitKnown(Runnable callback) {
            callback.run();
        }
    };

    /** Returns whether all reachable nodes know all subscriptions made so far. */
    boolean known();

    /**
     * Calls back once, on any thread, when all reachable nodes know the subscriptions made before this call, or on timeout. May
     * call back before it returns.
     */
    void awaitKnown(Runnable callback);
}
