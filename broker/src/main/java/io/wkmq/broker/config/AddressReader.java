package io.wkmq.broker.config;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import java.util.regex.Pattern;

/** Parses addresses in EMQ's notation. Pure functions; errors as in {@link Units}. */
final class AddressReader {
    private static final Pattern NAME_OR_IPV4 = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?");
    private static final Pattern CIDR = Pattern.compile("([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(/(\\d{1,3}))?");
    private static final int PORT_MAX = 65535;

    private AddressReader() {}

    /** Parses {@code 1883} (all interfaces), {@code host:1883}, {@code [::1]:1883} or EMQ's {@code ::1:1883}. */
    static InetBind inet(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "0.0.0.0" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        boolean hostFits = IPV6.matcher(host).matches()
                || (!bracketed && NAME_OR_IPV4.matcher(host).matches());
        boolean portFits = port.matches("\\d{1,5}") && Integer.parseInt(port) <= PORT_MAX;
        Values.require(hostFits && portFits, "host:port, as in 127.0.0.1:1883, or a port");
        return new InetBind(host, Integer.parseInt(port));
    }

    /** Validates an IP address or a network such as {@code 192.168.0.0/24}. */
    static String cidr(String text) {
        var matcher = CIDR.matcher(text);
        Values.require(matcher.matches(), "an address or a network, as in 192.168.0.0/24");
        String address = matcher.group(1);
        boolean ipv4 = !address.contains(":");
        int bits = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        Values.require(bits <= (ipv4 ? 32 : 128), "a prefix length of at most " + (ipv4 ? 32 : 128));
        Values.require(!ipv4 || isIpv4(address), "an address or a network, as in 192.168.0.0/24");
        return text;
    }

    private static boolean isIpv4(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
