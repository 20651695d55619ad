package io.wkmq.session;

/**
 * Tells when the other nodes know what this node's clients subscribe to, so that a SUBACK can promise what is published
 * anywhere. Owned by session, implemented by the cluster layer. Thread-safe, does not block.
 */
public interface RoutesKnown {
    /** For a cluster of one: there is nobody who would have to know. */
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

    /** Whether all nodes within reach know all subscriptions made so far. */
    boolean known();

    /**
     * Calls back once, on any thread, when all nodes within reach know the subscriptions made before this call; or when that
     * takes too long. May do so before it returns.
     */
    void awaitKnown(Runnable callback);
}
