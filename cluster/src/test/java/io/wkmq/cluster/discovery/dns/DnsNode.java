package io.wkmq.cluster.discovery.dns;

import java.io.IOException;

/** A process that prints what a DNS name resolves to, a line every 100 ms, until it is killed. Arguments: name, record type. */
final class DnsNode {
    private DnsNode() {}

    @SuppressWarnings("SystemOut") // what the test reads
    public static void main(String[] arguments) throws InterruptedException {
        NameCache.keepShort();
        DnsStrategy strategy = new DnsStrategy(arguments[0], RecordType.valueOf(arguments[1]), 6369);
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
