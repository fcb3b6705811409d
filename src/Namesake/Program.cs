Console.WriteLine("namesake");
