package safelight.photos;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// A process that dies at its n-th call of storage, before or after the call has its effect. From
/// then on it can do nothing, until it is started again.
final class Mortal {
    private int left = Integer.MAX_VALUE;
    private boolean isAfter;

    /// What a dead process's calls end in.
    static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    void dieAt(int call, boolean afterIt) {
        left = call;
        isAfter = afterIt;
    }

    boolean isDead() {
        return left < 0;
    }

    void live() {
        left = Integer.MAX_VALUE;
    }

    /// The same port, through which it dies.
    <T> T through(Class<T> port, T engine) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (_, method, arguments) -> {
                            if (isDead()) throw new Death();
                            left--;
                            if (isDead() && !isAfter) throw new Death();
                            try {
                                var result = method.invoke(engine, arguments);
                                if (isDead()) throw new Death();
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
