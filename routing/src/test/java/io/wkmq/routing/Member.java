package io.wkmq.routing;

/** A member of a share group that tests put on and off line. */
final class Member implements ShareMember {
    private final String clientId;
    private final boolean local;
    private volatile boolean online;

    Member(String clientId, boolean online, boolean local) {
        this.clientId = clientId;
        this.online = online;
        this.local = local;
    }

    static Member online(String clientId) {
        return new Member(clientId, true, true);
    }

    static Member offline(String clientId) {
        return new Member(clientId, false, true);
    }

    void online(boolean now) {
        online = now;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public boolean online() {
        return online;
    }

    @Override
    public boolean local() {
        return local;
    }

    @Override
    public String toString() {
        return clientId;
    }
}
