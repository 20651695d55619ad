package io.wkmq.session;

final class InMemoryRetainedStoreTest extends RetainedStoreContract {
    private final InMemoryRetainedStore store = new InMemoryRetainedStore();

    @Override
    protected RetainedStore store() {
        return store;
    }

    @Override
    protected RetainedStore restarted() {
        return store;
    }
}
