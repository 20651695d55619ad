package io.wkmq.plugins.api;

import org.jspecify.annotations.Nullable;

/** What a client presented in CONNECT. Immutable as long as nobody writes into the password. Its text hides the password. */
public final class Credentials {
    /** Neither user name nor password. */
    public static final Credentials NONE = new Credentials(null, null);

    private final @Nullable String userName;
    private final byte @Nullable [] password;

    /**
     * A user name and a password; MQTT 5 has each without the other.
     *
     * @param userName or null
     * @param password or null; not copied
     */
    public Credentials(@Nullable String userName, byte @Nullable [] password) {
        this.userName = userName;
        this.password = password;
    }

    /** The user name, or null. */
    public @Nullable String userName() {
        return userName;
    }

    /** The password: any bytes, or null. Shared, not a copy: read only, and never log it. */
    public byte @Nullable [] password() {
        return password;
    }

    @Override
    public String toString() {
        return "Credentials[userName=" + userName + ", password=" + (password == null ? "none" : "***") + "]";
    }
}
