using System;
using System.Reflection;
using DeviceFirmware.Contract;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// Loads the modules of a verified application. The interpreter executes inside the very arrays given here, and static constructors
    /// run during the load: the arrays must be the verified ones, and must not change afterwards. There is no unload.
    /// </summary>
    public sealed class Esp32ApplicationLoader
    {
        /// <summary>The one class an application brings.</summary>
        public const string ApplicationType = "DeviceFirmware.App.Application";

        /// <summary>Loads the modules in their order and makes the application; null when no module has the application class. Throws what a load throws.</summary>
        public IApplication Load(byte[][] modules)
        {
            Type type = null;
            for (int i = 0; i < modules.Length; i++)
            {
                Assembly assembly = Assembly.Load(modules[i]);
                if (type is null)
                {
                    type = assembly.GetType(ApplicationType);
                }
            }

            if (type is null)
            {
                return null;
            }

            ConstructorInfo constructor = type.GetConstructor(new Type[0]);
            if (constructor is null)
            {
                return null;
            }

            return constructor.Invoke(null) as IApplication;
        }
    }
}
