package io.wkmq.session;

final class InMemorySessionStoreTest extends SessionStoreContract {
    private final InMemorySessionStore store = new InMemorySessionStore();

    @Override
    protected SessionStore store() {
        return store;
    }

    @Override
    protected SessionStore restarted() {
        store.restart();
        return store;
    }
}
