package io.wkmq.benchmarks.load;

/** Names the clients of a run and assigns them to event loops in turn. Confined to the thread of the run. */
final class ClientFactory {
    private final Loops loops;
    private final int run;
    private int count;

    ClientFactory(Loops loops, int run) {
        this.loops = loops;
        this.run = run;
    }

    /** Creates a client that is not connected yet. */
    Client client(String kind, int index, Role role, Dialer dialer) {
        int number = count;
        count++;
        int loop = number % loops.count();
        return new Client(id(kind, index), number, role, dialer, loops.loop(loop), loops.stats(loop));
    }

    String id(String kind, int index) {
        return "wkbench-" + Integer.toHexString(run & 0xFFFF) + "-" + kind + "-" + index;
    }
}
