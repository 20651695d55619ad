package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.SomeMembers;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Cookie;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** A process that prints what it finds, a line every 100 ms, until it is killed. Arguments: number, cookie, own host. */
final class McastNode {
    private McastNode() {}

    @SuppressWarnings("SystemOut") // what the test reads
    public static void main(String[] arguments) throws InterruptedException {
        int number = Integer.parseInt(arguments[0]);
        McastStrategy strategy = new McastStrategy(
                new McastSettings(
                        "blue", Cookie.of(arguments[1]), "239.192.0.1", List.of(4369, 4370), "0.0.0.0", 255, true),
                new Random(number));
        SeedAddress address = new SeedAddress(arguments[2], 6369);
        strategy.register(new Announcement(SomeMembers.peer(number).node(), address));
        while (true) {
            try {
                System.out.println(strategy.discover());
            } catch (IOException e) {
                System.out.println("failed: " + e.getMessage());
            }
            Thread.sleep(100);
        }
    }
}
