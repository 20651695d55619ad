package io.wkmq.cluster.membership;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Converts IPv6 addresses, which can be written in many ways, to the canonical form of RFC 5952, for comparisons. Stateless. */
final class Ipv6Text {
    private static final int GROUPS = 8;
    private static final Pattern LITERAL = Pattern.compile("[0-9A-Fa-f:][0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    private Ipv6Text() {}

    /** Returns the host in canonical form if it is an IPv6 address; an IPv4-mapped address becomes that IPv4 address. */
    static String of(String host) {
        int zone = host.indexOf('%');
        String address = zone < 0 ? host : host.substring(0, zone);
        if (!LITERAL.matcher(address).matches()) {
            return host;
        }
        byte[] bytes;
        try {
            bytes = InetAddress.getByName(address).getAddress(); // no look-up: no host name has this form
        } catch (UnknownHostException e) {
            return host; // the failure is reported when connecting
        }
        if (bytes.length != GROUPS * Short.BYTES) {
            return (bytes[0] & 0xFF) + "." + (bytes[1] & 0xFF) + '.' + (bytes[2] & 0xFF) + '.' + (bytes[3] & 0xFF);
        }
        return text(groups(bytes)) + host.substring(address.length());
    }

    private static int[] groups(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xFF) << Byte.SIZE | (bytes[2 * i + 1] & 0xFF);
        }
        return groups;
    }

    private static String text(int[] groups) {
        int left = 0; // the longest run of zeros is [left, until)
        int until = 0;
        for (int from = 0; from < GROUPS; from++) {
            int to = from;
            while (to < GROUPS && groups[to] == 0) {
                to++;
            }
            if (to - from > Math.max(1, until - left)) {
                left = from;
                until = to;
            }
        }
        return until == 0 ? hex(groups, 0, GROUPS) : hex(groups, 0, left) + "::" + hex(groups, until, GROUPS);
    }

    private static String hex(int[] groups, int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            text.add(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
