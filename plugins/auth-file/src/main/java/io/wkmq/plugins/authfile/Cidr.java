package io.wkmq.plugins.authfile;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IP network such as {@code 10.0.0.0/8}, or a single address. Immutable. Bits after the prefix are ignored, as in EMQ. */
final class Cidr {
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";

    /** Excludes host names, which the JDK would look up in DNS. */
    private static final Pattern FORM =
            Pattern.compile("(" + OCTET + "(?:\\." + OCTET + "){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?");

    private final byte[] network;
    private final int prefixBits;

    private Cidr(byte[] network, int prefixBits) {
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /**
     * Parses an address or a network.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    static Cidr parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            try {
                byte[] address = InetAddress.getByName(matcher.group(1)).getAddress();
                int bits = address.length * Byte.SIZE;
                int prefix = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
                if (prefix <= bits) {
                    return new Cidr(address, prefix);
                }
            } catch (UnknownHostException e) {
                // reported below, like any other malformed text
            }
        }
        throw new IllegalArgumentException("\"" + text
                + "\" is not an IP address or network; expected one such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32");
    }

    boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        if (other.length != network.length) {
            return false;
        }
        int whole = prefixBits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (network[i] != other[i]) {
                return false;
            }
        }
        int rest = prefixBits % Byte.SIZE;
        return rest == 0 || ((network[whole] ^ other[whole]) & 0xFF) >>> (Byte.SIZE - rest) == 0;
    }
}
